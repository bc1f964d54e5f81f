package io.stepwise.cluster;

import io.stepwise.training.Trainer;
import io.stepwise.training.TrainingEvent;
import io.stepwise.training.TrainingReply;
import io.stepwise.training.TrainingStatus;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.jspecify.annotations.Nullable;

/**
 * Stands for the trainer of the cluster on a node that takes requests: hands everything on to it
 * wherever it is, and says so at once where there is none.
 *
 * <p>Who watches goes on to be told when another node trains.
 */
public final class TrainerStandIn extends AbstractBehavior<TrainerStandIn.Command> {

  /** What a stand-in understands. */
  sealed interface Command {}

  private record Ordered(Trainer.Order order) implements Command {}

  private record Found(Receptionist.Listing listing) implements Command {}

  private record Answered(ActorRef<TrainingStatus> replyTo, @Nullable TrainingStatus status)
      implements Command {}

  private record WatcherStopped(ActorRef<TrainingEvent> watcher) implements Command {}

  private static final String NONE =
      "no node trains (expected: one with the role trainer in cluster.roles that can be reached)";
  private static final String SILENT = "the node that trains does not answer";
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final Set<ActorRef<TrainingEvent>> watchers = new HashSet<>();
  private @Nullable ActorRef<Trainer.Order> trainer;

  /** Returns a stand-in. */
  public static Behavior<Trainer.Order> create() {
    Behavior<Command> standIn = Behaviors.setup(TrainerStandIn::new);
    return Behaviors.transformMessages(
        Trainer.Order.class, standIn, orders -> orders.match(Trainer.Order.class, Ordered::new));
  }

  private TrainerStandIn(ActorContext<Command> context) {
    super(context);
    context
        .getSystem()
        .receptionist()
        .tell(
            Receptionist.subscribe(
                ClusterTrainer.KEY,
                context.messageAdapter(Receptionist.Listing.class, Found::new)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Ordered.class, this::onOrdered)
        .onMessage(Found.class, this::onFound)
        .onMessage(Answered.class, this::onAnswered)
        .onMessage(WatcherStopped.class, this::onWatcherStopped)
        .build();
  }

  private Behavior<Command> onOrdered(Ordered ordered) {
    Trainer.Order order = ordered.order();
    if (order instanceof Trainer.Watch watch && watchers.add(watch.watcher())) {
      getContext().watchWith(watch.watcher(), new WatcherStopped(watch.watcher()));
    } else if (order instanceof Trainer.Unwatch unwatch && watchers.remove(unwatch.watcher())) {
      getContext().unwatch(unwatch.watcher());
    }
    ActorRef<Trainer.Order> to = trainer;
    if (to == null) {
      refuse(order);
    } else if (order instanceof Trainer.Tell tell) {
      getContext()
          .ask(
              TrainingStatus.class,
              to,
              PATIENCE,
              Trainer.Tell::new,
              (status, failure) -> new Answered(tell.replyTo(), status));
    } else {
      to.tell(order);
    }
    return this;
  }

  private static void refuse(Trainer.Order order) {
    TrainingReply refusal = new TrainingReply.Refused(TrainingReply.Reason.NO_TRAINER, null, NONE);
    if (order instanceof Trainer.Tell tell) {
      tell.replyTo().tell(TrainingStatus.absent(NONE));
    } else if (order instanceof Trainer.Watch watch) {
      watch.watcher().tell(TrainingStatus.absent(NONE));
    } else if (order instanceof Trainer.Start start) {
      start.replyTo().tell(refusal);
    } else if (order instanceof Trainer.Pause pause) {
      pause.replyTo().tell(refusal);
    } else if (order instanceof Trainer.Resume resume) {
      resume.replyTo().tell(refusal);
    } else if (order instanceof Trainer.Stop stop) {
      stop.replyTo().tell(refusal);
    }
  }

  private Behavior<Command> onFound(Found found) {
    Set<ActorRef<Trainer.Order>> trainers = found.listing().getServiceInstances(ClusterTrainer.KEY);
    if (trainer != null && trainers.contains(trainer)) {
      return this;
    }
    ActorRef<Trainer.Order> before = trainer;
    trainer = trainers.stream().findFirst().orElse(null);
    ActorRef<Trainer.Order> now = trainer;
    if (now != null) {
      watchers.forEach(watcher -> now.tell(new Trainer.Watch(watcher)));
    } else if (before != null) {
      watchers.forEach(watcher -> watcher.tell(TrainingStatus.absent(NONE)));
    }
    return this;
  }

  private Behavior<Command> onAnswered(Answered answered) {
    TrainingStatus status = answered.status();
    answered.replyTo().tell(status == null ? TrainingStatus.absent(SILENT) : status);
    return this;
  }

  private Behavior<Command> onWatcherStopped(WatcherStopped stopped) {
    watchers.remove(stopped.watcher());
    return this;
  }
}
