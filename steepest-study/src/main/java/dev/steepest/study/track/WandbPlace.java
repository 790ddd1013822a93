package dev.steepest.study.track;

import dev.steepest.study.plan.RunSpec;
import java.util.Map;
import java.util.Optional;

/**
 * Where a run belongs in W&B, as W&B's own variables say: {@code WANDB_PROJECT}, {@code
 * WANDB_ENTITY}, and {@code WANDB_SWEEP_ID}, which {@code wandb agent} sets for what it starts.
 *
 * @param entity a user or team; else that of whoever uploads the run
 * @param projectGiven else the project is called as the experiment
 * @param sweep a sweep that W&B knows; it refuses runs of any other
 */
record WandbPlace(Optional<String> entity, Optional<String> projectGiven, Optional<String> sweep) {
  /** What W&B allows for names of projects and tags, characters. */
  private static final int LONGEST_PROJECT = 128;

  private static final int LONGEST_TAG = 64;

  static WandbPlace of(Map<String, String> environment) {
    return new WandbPlace(
        given(environment, "WANDB_ENTITY"),
        given(environment, "WANDB_PROJECT"),
        given(environment, "WANDB_SWEEP_ID"));
  }

  private static Optional<String> given(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }

  String project(RunSpec spec) {
    return cut(
        projectGiven.orElse(spec.experiment().replaceAll("[/\\\\#?%:]", "-")), LONGEST_PROJECT);
  }

  static String tag(String text) {
    return cut(text, LONGEST_TAG);
  }

  private static String cut(String text, int longest) {
    return text.length() <= longest ? text : text.substring(0, longest);
  }
}
