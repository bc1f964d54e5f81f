package io.stepwise.network;

import ai.djl.Device;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The decoder between the states of a latent model and its images.
 *
 * @param folder where the decoder is, with its encoder if it has one
 * @param config its architecture
 * @param latent shape of the states
 * @param imageShape shape of the images
 */
record LatentSpace(
    NetworkFolder folder, ImageDecoder config, ImageShape latent, ImageShape imageShape) {

  /**
   * Reads an autoencoder's config.
   *
   * @param latent shape of the states that the diffusion model makes
   * @throws ModelFolderException if it cannot be used, or its latents have another shape
   */
  static LatentSpace of(NetworkFolder folder, ImageShape latent) {
    AutoencoderConfig config = folder.config(AutoencoderConfig::parse);
    if (config.latentChannels() != latent.channels()) {
      throw new ModelFolderException(
          folder.configFile(),
          "latent_channels: %d (expected: %d, the U-Net's in_channels)"
              .formatted(config.latentChannels(), latent.channels()));
    }
    try {
      return new LatentSpace(folder, config, latent, config.decoded(latent));
    } catch (IllegalArgumentException e) {
      throw new ModelFolderException(folder.configFile(), String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Reads the config of a decoder for states of the shape of its images' own.
   *
   * @throws ModelFolderException if it cannot be used
   */
  static LatentSpace of(NetworkFolder folder) {
    ImageDecoder config = folder.config(ImageDecoder::parse);
    try {
      ImageShape latent = config.latentShape();
      return new LatentSpace(folder, config, latent, config.decoded(latent));
    } catch (IllegalArgumentException e) {
      throw new ModelFolderException(folder.configFile(), String.valueOf(e.getMessage()), e);
    }
  }

  /** Reads all weights, those of the encoder included, and checks them. */
  Map<String, TensorData> weights() {
    return folder.weights(config.define());
  }

  /** Reads all weights, checks them, and returns those of the decoder. */
  Map<String, TensorData> decoderWeights() {
    Map<String, TensorData> weights = new LinkedHashMap<>(weights());
    weights.keySet().retainAll(decoder().parameters().keySet());
    return weights;
  }

  /** Returns a kernel that decodes what another one makes; it owns that one, also if it fails. */
  StepKernel decoding(StepKernel steps, Map<String, TensorData> weights, Device device) {
    try {
      TorchModule decoder = TorchModule.load(decoder(), weights, device);
      return new LatentStepKernel(steps, decoder, config.scale(), latent);
    } catch (RuntimeException e) {
      steps.close();
      throw e;
    }
  }

  /** Returns the decoder alone. */
  ModuleDefinition decoder() {
    return config.defineDecoder(latent);
  }
}
