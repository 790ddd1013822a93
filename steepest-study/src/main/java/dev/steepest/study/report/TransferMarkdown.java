package dev.steepest.study.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * {@code tables.md} of a study with and without trained weights: the section of the training
 * pipeline's homework report, ready to be pasted.
 */
record TransferMarkdown(Transfer transfer) {

  String text() {
    return """
    ## Experimental Results: Pretraining vs. Scratch

    ### A. No Pretraining (From Scratch)

    %s
    ### B. With Pretraining (Transfer Learning)

    %s
    ### Comparison Table

    %s
    Accuracies are means over seeds, with %d %% intervals of the mean. Best: of validation images, at any look on the way. Test: after the last step.%s

    ### Metrics Visualization

    ![Accuracy Curves](./accuracy_comparison.png)

    ![Loss Curves](./loss_comparison.png)
    """
        .formatted(
            strategies(false),
            strategies(true),
            Markdown.table(Transfer.HEADER, transfer.rows()),
            Math.round(100 * transfer.level()),
            transfer.gain().map(sentence -> " " + sentence).orElse(""));
  }

  private String strategies(boolean pretrained) {
    return transfer.strategies().stream()
        .filter(strategy -> strategy.pretrained() == pretrained)
        .map(this::strategy)
        .collect(Collectors.joining());
  }

  private String strategy(Transfer.Strategy strategy) {
    RunFacts facts = strategy.facts();
    List<String> said = new ArrayList<>();
    said.add(facts.model() + facts.pretrained().map(file -> " from " + file).orElse(""));
    facts.optimizerName().ifPresent(said::add);
    facts.learningRate().ifPresent(rate -> said.add("learning rate " + rate));
    facts.batchSize().ifPresent(batch -> said.add("batch " + batch));
    facts.imageSize().ifPresent(size -> said.add("images " + size));
    said.add(strategy.epochs() + " epochs");
    String best =
        strategy
            .best(transfer.level())
            .map(s -> Transfer.told(Transfer.BEST, s))
            .orElse("no run has finished yet");
    return "* **Strategy:** %s\n* **Best Accuracy:** **%s**\n"
        .formatted(String.join(", ", said), best);
  }
}
