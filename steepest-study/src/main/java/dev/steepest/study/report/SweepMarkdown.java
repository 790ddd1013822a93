package dev.steepest.study.report;

import dev.steepest.study.compare.Numbers;
import dev.steepest.study.compare.Quantity;
import dev.steepest.study.stats.Summary;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * {@code tables.md}: the tables of the training pipeline's homework report, ready to be pasted: its
 * search space, and its top configurations.
 */
record SweepMarkdown(TriedSweep sweep) {
  /** Rows of the table of top configurations, as in the homework. */
  private static final int TOP = 8;

  private static final String ABSENT = "—";

  /** A column of the published table: what parameters of that meaning are called, by last name. */
  private enum Column {
    MODEL("Model", List.of("model", "model_name", "network", "model.name")),
    OPTIMIZER("Optimizer", List.of("optimizer", "optimizer_name", "optim", "optimizer.name")),
    RATE("LR", List.of("lr", "learning_rate")),
    BATCH("Batch Size", List.of("batch_size", "batch", "batchsize"));

    private final String title;
    private final List<String> names;

    Column(String title, List<String> names) {
      this.title = title;
      this.names = names;
    }

    /** Whether a dotted parameter is of this column. */
    boolean holds(String parameter) {
      return names.stream()
          .anyMatch(name -> parameter.equals(name) || parameter.endsWith("." + name));
    }

    /** What a run says of it, where the sweep did not vary it. */
    Optional<String> of(RunFacts facts) {
      return switch (this) {
        case MODEL -> Optional.of(facts.model());
        case OPTIMIZER -> facts.optimizerName();
        case RATE -> facts.learningRate();
        case BATCH -> facts.batchSize();
      };
    }
  }

  String text() {
    return """
    ## Hyperparameter Sweep Results

    %s

    ### Search Space

    %s
    ### Top Configurations%s

    %s%s
    ![Sweep Results](./sweep_chart.png)
    """
        .formatted(new SweepWords(sweep).headline(), space(), reached(), configurations(), note());
  }

  private String space() {
    return sweep.axes().stream()
        .map(axis -> "* **%s:** %s\n".formatted(axis.label(), axis.range()))
        .collect(Collectors.joining());
  }

  private String reached() {
    return sweep.sweep().target().isPresent()
        ? " (target %s, reached by %d)"
            .formatted(
                sweep.objective().target(sweep.sweep().target().getAsDouble()),
                sweep.ranked().stream().filter(sweep::reaches).count())
        : "";
  }

  private String configurations() {
    List<TriedTrial> top = sweep.ranked().stream().limit(TOP).toList();
    if (top.isEmpty()) {
      return "No trial has finished yet.\n";
    }
    List<ParameterAxis> others =
        sweep.varied().stream()
            .filter(axis -> List.of(Column.values()).stream().noneMatch(c -> c.holds(axis.name())))
            .toList();
    List<String> header = new ArrayList<>(List.of("Rank"));
    for (Column column : Column.values()) {
      header.add(column.title);
    }
    others.forEach(axis -> header.add(axis.label()));
    header.add(title(sweep.objective()));
    header.add(sweep.tested().map(SweepMarkdown::title).orElse("Test Acc (%)"));
    header.add("Training Time");
    List<List<String>> rows = new ArrayList<>();
    for (int k = 0; k < top.size(); k++) {
      TriedTrial trial = top.get(k);
      List<String> row = new ArrayList<>(List.of("" + (k + 1)));
      for (Column column : Column.values()) {
        row.add(cell(trial, column));
      }
      for (ParameterAxis axis : others) {
        row.add(trial.setting(axis.name()).map(ParameterAxis::text).orElse(ABSENT));
      }
      row.add(sweep.objective().number(trial.value().getAsDouble()));
      row.add(sweep.test(trial).map(this::tested).orElse(ABSENT));
      row.add(
          trial.seconds().isPresent() ? Numbers.duration(trial.seconds().getAsDouble()) : ABSENT);
      rows.add(row);
    }
    return Markdown.table(header, rows);
  }

  private static String cell(TriedTrial trial, Column column) {
    Function<String, Optional<Object>> setting = trial::setting;
    return trial.entry().trial().values().keySet().stream()
        .filter(column::holds)
        .findFirst()
        .flatMap(setting)
        .map(ParameterAxis::text)
        .or(() -> trial.facts().flatMap(column::of))
        .orElse(ABSENT);
  }

  /** "90.80 (n = 3: 90.10 to 91.50)". */
  private String tested(Summary s) {
    Quantity metric = sweep.tested().orElseThrow();
    String range =
        s.interval()
            .map(i -> ": " + metric.number(i.low()) + " to " + metric.number(i.high()))
            .orElse("");
    return metric.number(s.mean()) + " (n = " + s.n() + range + ")";
  }

  /** "Val Acc (%)", "Test Loss". */
  private static String title(Quantity metric) {
    String label =
        metric
            .label()
            .replace("validation", "val")
            .replace("training", "train")
            .replace("accuracy", "acc");
    StringBuilder title = new StringBuilder();
    for (String word : label.split(" ")) {
      title
          .append(word.substring(0, 1).toUpperCase(Locale.ROOT))
          .append(word.substring(1))
          .append(' ');
    }
    return title.toString().strip()
        + (metric.symbol().isEmpty() ? "" : " (" + metric.symbol() + ")");
  }

  private String note() {
    boolean gaps = sweep.ranked().stream().limit(TOP).anyMatch(t -> sweep.test(t).isEmpty());
    return gaps && !sweep.ranked().isEmpty()
        ? "\nThe ranking is by validation data. The test set is looked at once, with the chosen configuration on fresh seeds; of the others it says nothing.\n"
        : "";
  }
}
