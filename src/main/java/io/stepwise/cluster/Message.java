package io.stepwise.cluster;

/**
 * What goes from one node to another: {@link ModelHost.Order} one way, {@link Placement.News} the
 * other. {@link MessageSerializer} knows every one.
 */
interface Message {}
