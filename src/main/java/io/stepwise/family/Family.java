package io.stepwise.family;

import io.stepwise.diffusion.EncodedLevels;
import io.stepwise.diffusion.LatentHierarchy;
import io.stepwise.network.OnePassModel;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The families of generative models that can be trained, by the names that people use. */
public enum Family {
  /** Denoising diffusion at discrete timesteps: Ho et al. 2020 (arXiv:2006.11239). */
  DDPM {
    @Override
    public Map<String, Object> scheduler() {
      Map<String, Object> fields = ddpmScheduler(1000);
      fields.put("variance_type", "fixed_small");
      return fields;
    }

    @Override
    public void nameSolverLevels(Map<String, Object> scheduler) {
      SolverLevels.name(scheduler);
    }
  },
  /** Flow matching on straight paths: Lipman et al. 2023 (arXiv:2210.02747). */
  FLOW {
    @Override
    public Map<String, Object> scheduler() {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put(CLASS_NAME, "FlowMatchEulerDiscreteScheduler");
      fields.put(NUM_TRAIN_TIMESTEPS, 1000);
      fields.put("shift", 1.0);
      return fields;
    }
  },
  /**
   * Variational diffusion in continuous time: Kingma et al. 2021 (arXiv:2107.00630). Its scheduler
   * lists the betas of a log-SNR that falls along a line.
   */
  VDM {
    @Override
    public Map<String, Object> scheduler() {
      Map<String, Object> fields = ddpmScheduler(VariationalSchedule.TIMESTEPS);
      fields.put("trained_betas", VariationalSchedule.betas(VariationalSchedule.TIMESTEPS));
      fields.remove(BETA_SCHEDULE);
      fields.put("timestep_spacing", "trailing");
      return fields;
    }

    @Override
    public List<Double> inputFrequencies() {
      return VDM_INPUT_FREQUENCIES;
    }
  },
  /**
   * A variational autoencoder with a bottleneck: Kingma and Welling 2014 (arXiv:1312.6114). An
   * image is one pass of its decoder.
   */
  VAE {
    @Override
    public Map<String, Object> scheduler() {
      return OnePassModel.scheduler();
    }

    @Override
    public Set<String> networks() {
      return Set.of(Networks.AUTOENCODER);
    }
  },
  /**
   * A generator trained against a discriminator: Goodfellow et al. 2014 (arXiv:1406.2661), with the
   * styles and the noise of Karras et al. 2019 (arXiv:1812.04948). An image is one pass of it.
   */
  GAN {
    @Override
    public Map<String, Object> scheduler() {
      return OnePassModel.scheduler();
    }

    @Override
    public Set<String> networks() {
      return Set.of(Networks.GENERATOR, Networks.DISCRIMINATOR);
    }
  },
  /** A consistency function, trained alone: Song and Dhariwal 2024 (arXiv:2310.14189). */
  CONSISTENCY {
    @Override
    public Map<String, Object> scheduler() {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put(CLASS_NAME, "CMStochasticIterativeScheduler");
      fields.put(NUM_TRAIN_TIMESTEPS, CONSISTENCY_LEVELS);
      fields.put("sigma_min", 0.002);
      fields.put("sigma_max", 80.0);
      fields.put("sigma_data", 0.5);
      return fields;
    }
  },
  /**
   * A variational autoencoder whose latent has the image's size, as a diffusion model of one step:
   * Kingma and Welling 2014 (arXiv:1312.6114).
   */
  ONE_STEP {
    @Override
    public Map<String, Object> scheduler() {
      return EncodedLevels.scheduler(1);
    }

    @Override
    public Set<String> networks() {
      return WITH_ENCODER;
    }
  },
  /** Diffusion whose noise is made of the image by an encoder, see {@link EncodedLevels}. */
  PSI_DIFFUSION {
    @Override
    public Map<String, Object> scheduler() {
      return EncodedLevels.scheduler(ENCODED_TIMESTEPS);
    }

    @Override
    public Set<String> networks() {
      return WITH_ENCODER;
    }
  },
  /** A hierarchy of latents: Vahdat and Kautz 2020 (arXiv:2007.03898). */
  HIERARCHICAL_VAE {
    @Override
    public Map<String, Object> scheduler() {
      return LatentHierarchy.scheduler(LATENTS);
    }

    @Override
    public Set<String> networks() {
      return WITH_ENCODER;
    }

    @Override
    int encoderInputs() {
      return 2;
    }
  };

  private static final String CLASS_NAME = "_class_name";
  private static final String NUM_TRAIN_TIMESTEPS = "num_train_timesteps";
  private static final String BETA_SCHEDULE = "beta_schedule";
  private static final int CONSISTENCY_LEVELS = 81;
  private static final int ENCODED_TIMESTEPS = 16;
  private static final int LATENTS = 4;
  private static final Set<String> WITH_ENCODER = Set.of(Networks.UNET, Networks.ENCODER);

  /**
   * The highest has one cycle from a pixel value to the next, so that the network sees how far a
   * pixel is from a value that it may have.
   */
  private static final List<Double> VDM_INPUT_FREQUENCIES =
      List.of(127.5, 63.75, 31.875, 15.9375, 7.96875, 3.984375);

  /** Returns the family of this name. */
  public static Family of(String name) {
    return Arrays.stream(values())
        .filter(family -> family.fieldValue().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "family: %s (expected: one of %s)"
                        .formatted(
                            name,
                            Arrays.stream(values())
                                .map(Family::fieldValue)
                                .collect(Collectors.joining(", ")))));
  }

  /** Returns whether this is the name of a family that an encoder belongs to. */
  public static boolean canEncode(String name) {
    return Arrays.stream(values())
        .anyMatch(
            family ->
                family.fieldValue().equals(name) && family.networks().contains(Networks.ENCODER));
  }

  /** Returns the family's name on the command line and in {@code stepwise.json}. */
  public String fieldValue() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Returns the fields of the {@code scheduler_config.json} that goes with a network of this
   * family: its noise levels, what it predicts and the solver it is sampled with. They may be
   * changed.
   */
  public abstract Map<String, Object> scheduler();

  /**
   * Names in the fields of a new model's {@code scheduler_config.json}, whose schedule is chosen,
   * the noise levels at which other solvers than its own evaluate it; nothing for most families.
   */
  public void nameSolverLevels(Map<String, Object> scheduler) {}

  /** Returns the Fourier features of the input that a new network of this family sees. */
  public List<Double> inputFrequencies() {
    return List.of();
  }

  /** Returns the names of the networks that it can train; only the U-Net has to be there. */
  public Set<String> networks() {
    return Set.of(Networks.UNET);
  }

  /** Returns how many tensors of the image's shape its encoder sees. */
  int encoderInputs() {
    return 1;
  }

  private static Map<String, Object> ddpmScheduler(int timesteps) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put(CLASS_NAME, "DDPMScheduler");
    fields.put(NUM_TRAIN_TIMESTEPS, timesteps);
    fields.put(BETA_SCHEDULE, "squaredcos_cap_v2");
    fields.put("prediction_type", "v_prediction");
    fields.put("clip_sample", true);
    fields.put("use_clipped_model_output", true);
    return fields;
  }
}
