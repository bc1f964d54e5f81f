/**
 * More than one machine: gateways, which take requests, have the images made on other nodes, the
 * samplers; one node trains; versions of the weights reach all of them.
 *
 * <pre>
 *   gateway                                              sampler
 *   Generation --Enqueue--> Placement ------Make-------> ModelHost --Enqueue--> Router --> Replica
 *   Generation &lt;-StepTaken- Placement &lt;--StepTaken------ HostedImages &lt;-StepTaken- Router
 *                               &lt;--StateReported, Load---
 * </pre>
 *
 * <p>A placement stands where the router of a model does in one process, so that admission, results
 * and everything that callers see are the same. Images stay on the node that they were placed on,
 * where they share batches with all that is there. When it is lost, or hands them back, they go on
 * elsewhere from the last state that it reported, and come out the same, for a step is a function
 * of its state.
 *
 * <p>Whatever is lost on the way between two nodes is made good: steps are told once, and images
 * that a host says nothing of any more are placed again.
 *
 * <pre>
 *   SnapshotExchange &lt;---Holding, Chosen---&gt; the exchanges of all nodes     replicated
 *   SnapshotPull ------------GiveChunk------&gt; SnapshotSender                  bytes
 *   TrainerStandIn --------Trainer.Order----&gt; Trainer                         on one node
 * </pre>
 *
 * <p>Each node tells all others which versions it has and pulls those that it needs; which version
 * new images begin on is one choice for all, of which the latest holds.
 *
 * <p><b>Starting points:</b> {@link io.stepwise.cluster.Placement}, {@link
 * io.stepwise.cluster.ModelHost} (the two ends), {@link io.stepwise.cluster.SharedSnapshots}
 * (versions), {@link io.stepwise.cluster.ClusterTrainer}, {@link
 * io.stepwise.cluster.MessageSerializer} (what goes over the wire), {@link
 * io.stepwise.cluster.ClusterConfig} (how nodes find each other).
 *
 * <p>May use {@code sampling}, {@code training}, {@code snapshot}, what its messages consist of,
 * {@code settings}, Pekko's cluster and Kryo. Knows nothing of HTTP and sees no tensor.
 */
@NullMarked
package io.stepwise.cluster;

import org.jspecify.annotations.NullMarked;
