package io.stepwise.network;

import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a network is told the timestep.
 *
 * @param kind what is made of the timestep first
 * @param dimension width of the embedding; null for four times the first level's channels
 * @param flipSinToCos whether the cosines of a positional embedding come first
 * @param frequencyShift subtracted from the number of positional frequencies in their spacing
 * @param trainTimesteps number of timesteps that a learned embedding knows; null if not said
 */
record TimeEmbedding(
    Kind kind,
    @Nullable Integer dimension,
    boolean flipSinToCos,
    double frequencyShift,
    @Nullable Integer trainTimesteps) {

  private static final int MAX_TIMESTEPS = 1 << 20;

  /** What is made of the timestep before the two linear layers. */
  enum Kind {
    /** Sines and cosines at fixed frequencies: Vaswani et al. 2017, section 3.5. */
    POSITIONAL("positional"),
    /** Sines and cosines of its logarithm at random frequencies: Song et al. 2021, appendix H. */
    FOURIER("fourier"),
    /** A row of a table. */
    LEARNED("learned");

    private final String fieldValue;

    Kind(String fieldValue) {
      this.fieldValue = fieldValue;
    }
  }

  /** Checks that a learned embedding knows its timesteps. */
  TimeEmbedding {
    if (kind == Kind.LEARNED && trainTimesteps == null) {
      throw new IllegalArgumentException(
          "num_train_timesteps: null (expected: a whole number for time_embedding_type learned)");
    }
  }

  static TimeEmbedding parse(ConfigFields fields) {
    String name =
        fields.text(
            "time_embedding_type",
            Kind.POSITIONAL.fieldValue,
            Arrays.stream(Kind.values()).map(kind -> kind.fieldValue).toList());
    return new TimeEmbedding(
        Arrays.stream(Kind.values())
            .filter(k -> k.fieldValue.equals(name))
            .findFirst()
            .orElseThrow(),
        fields.integerOrNull("time_embedding_dim", null, 1, UNetConfig.MAX_CHANNELS),
        fields.flag("flip_sin_to_cos", true),
        fields.number("freq_shift", 0, -Double.MAX_VALUE, Double.MAX_VALUE),
        fields.integerOrNull("num_train_timesteps", null, 1, MAX_TIMESTEPS));
  }

  void putFields(Map<String, @Nullable Object> fields) {
    fields.put("time_embedding_type", kind.fieldValue);
    fields.put("time_embedding_dim", dimension);
    fields.put("flip_sin_to_cos", flipSinToCos);
    fields.put("freq_shift", frequencyShift);
    fields.put("num_train_timesteps", trainTimesteps);
  }

  /** Throws unless there are enough channels for the shift of the frequencies. */
  void requireFrequencies(int firstChannels) {
    int count = firstChannels / 2;
    if (kind == Kind.POSITIONAL && frequencyShift >= count) {
      throw new IllegalArgumentException(
          "freq_shift: %s (expected: below %d, half of the first of block_out_channels)"
              .formatted(frequencyShift, count));
    }
  }

  /** Returns the width of the embedding. */
  int width(int firstChannels) {
    return dimension == null ? 4 * firstChannels : dimension;
  }
}
