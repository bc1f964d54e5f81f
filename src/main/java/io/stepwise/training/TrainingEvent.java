package io.stepwise.training;

/** What a trainer tells those who watch it. */
public sealed interface TrainingEvent permits TrainingStatus, TrainingSamples {}
