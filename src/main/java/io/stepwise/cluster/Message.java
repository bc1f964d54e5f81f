package io.stepwise.cluster;

/**
 * What goes from one node to another: {@link ModelHost.Order} one way and {@link Placement.News}
 * the other; {@link SnapshotSender.Order}, {@link SnapshotPull.News}, and what nodes tell all
 * others of their versions. {@link MessageSerializer} knows every one, and those of the trainer.
 */
interface Message {}
