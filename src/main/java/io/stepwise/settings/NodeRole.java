package io.stepwise.settings;

import java.util.Locale;

/** What a node of a cluster does. */
public enum NodeRole {
  /** It takes requests over HTTP, admits them and answers them. */
  GATEWAY,
  /** It has replicas and makes images for the gateways. */
  SAMPLER,
  /** It trains when it is asked to, if no other node does. */
  TRAINER;

  /** Returns its name in the settings and among nodes. */
  public String fieldValue() {
    return name().toLowerCase(Locale.ROOT);
  }
}
