package io.stepwise.cluster;

import io.stepwise.settings.NodeRole;
import io.stepwise.training.Trainer;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.apache.pekko.actor.typed.receptionist.ServiceKey;
import org.apache.pekko.cluster.typed.ClusterSingleton;
import org.apache.pekko.cluster.typed.ClusterSingletonSettings;
import org.apache.pekko.cluster.typed.SingletonActor;

/**
 * The trainer of a cluster: one at a time, on the oldest node with the role, and on the next one
 * when that is no more.
 */
public final class ClusterTrainer {

  /** The name under which gateways find it. */
  static final ServiceKey<Trainer.Order> KEY = ServiceKey.create(Trainer.Order.class, "trainer");

  private ClusterTrainer() {}

  /**
   * Makes the node one that may train.
   *
   * @param trainer started when it is this node's turn
   */
  public static void start(ActorSystem<?> system, Behavior<Trainer.Command> trainer) {
    Behavior<Trainer.Command> found =
        Behaviors.setup(
            context -> {
              context
                  .getSystem()
                  .receptionist()
                  .tell(Receptionist.register(KEY, context.getSelf().narrow()));
              context.getLog().info("this node trains from now on when it is asked to");
              return trainer;
            });
    ClusterSingletonSettings settings =
        ClusterSingletonSettings.create(system).withRole(NodeRole.TRAINER.fieldValue());
    ClusterSingleton.get(system).init(SingletonActor.of(found, "trainer").withSettings(settings));
  }
}
