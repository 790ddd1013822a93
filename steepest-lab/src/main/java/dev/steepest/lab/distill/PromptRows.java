package dev.steepest.lab.distill;

import static org.bytedeco.pytorch.global.torch.cat;

import dev.steepest.lab.diffusion.Prior;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/** What the prior is told of every image by each question, made once. */
final class PromptRows implements AutoCloseable {
  private final Map<Question, Tensor> rows = new EnumMap<>(Question.class);

  /**
   * Understands prompts.
   *
   * @param prompts one for each image of the field
   * @param asked but {@link Question#OWN}, which is told what the prior is
   * @throws IllegalArgumentException naming all that the prior does not understand
   */
  PromptRows(
      Prior prior, List<String> prompts, DistillationSettings settings, Set<Question> asked) {
    Set<String> problems = new LinkedHashSet<>();
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(false)) {
      var understood = new HashMap<String, Optional<Tensor>>();
      for (Question question : asked) {
        List<Tensor> conditions = new ArrayList<>();
        for (String prompt : prompts) {
          String said = said(question, prompt, settings);
          understood
              .computeIfAbsent(said, text -> condition(prior, text, problems))
              .ifPresent(conditions::add);
        }
        if (problems.isEmpty()) {
          rows.put(question, cat(new TensorVector(conditions.toArray(Tensor[]::new)), 0));
        }
      }
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException(String.join(" ", problems));
      }
      rows.values().forEach(Tensor::retainReference);
    }
  }

  private static Optional<Tensor> condition(Prior prior, String prompt, Set<String> problems) {
    try {
      return Optional.of(prior.condition(prompt));
    } catch (IllegalArgumentException e) {
      problems.add(e.getMessage());
      return Optional.empty();
    }
  }

  private static String said(Question question, String prompt, DistillationSettings settings) {
    return switch (question) {
      case NOTHING -> "";
      case PROMPT, OWN -> prompt;
      case NEGATIVE -> settings.negative().map(pattern -> pattern.of(prompt)).orElse("");
      case SOURCE -> settings.source().of(prompt);
      case TARGET -> settings.target().of(prompt);
    };
  }

  /**
   * Rows for some of the images, [B, c…].
   *
   * @param which int64 [B]
   */
  Tensor of(Question question, Tensor which) {
    return rows.get(question).index_select(0, which);
  }

  @Override
  public void close() {
    rows.values().forEach(Tensor::releaseReference);
  }
}
