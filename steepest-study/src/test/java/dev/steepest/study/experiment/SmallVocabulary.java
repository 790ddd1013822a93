package dev.steepest.study.experiment;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A vocabulary of a few words, as a laboratory would give it. */
public final class SmallVocabulary implements Vocabulary {
  private static final Key LR = Key.number("lr", 0.1, "(0, inf)", v -> v > 0, "learning rate");

  private static final Term SAM =
      new Term(
          "sam",
          "",
          List.of(Key.number("rho", 0.05, "[0, inf)", v -> v >= 0, "radius")),
          List.of(),
          Term.Presence.IF_GIVEN);

  @Override
  public List<Section> sections() {
    return List.of(
        choice(
            "model",
            Section.Part.PROBLEM,
            new Term("mlp", "", List.of(), List.of()),
            new Term(
                "resnet18", "", List.of(Key.whole("width", 64, 1, 1024, "channels")), List.of())),
        choice(
            "data",
            Section.Part.PROBLEM,
            new Term(
                "shapes", "", List.of(Key.whole("limit", 5000, 1, 5000, "images")), List.of())),
        choice(
            "optimizer",
            Section.Part.ARM,
            new Term("sgd", "", List.of(LR), List.of(SAM)),
            new Term(
                "muon",
                "",
                List.of(LR, Key.flag("nesterov", true, "")),
                List.of(new Term("rest", "", List.of(LR), List.of())))),
        new Section(
            "schedule",
            "",
            Section.Form.CHOICE,
            Section.Part.ARM,
            Optional.of("cosine"),
            List.of(
                new Term("cosine", "", List.of(), List.of()),
                new Term("constant", "", List.of(), List.of()))),
        Section.ofKeys(
            "training",
            "",
            Section.Part.ARM,
            List.of(
                Key.whole("epochs", 2, 1, 1000, "passes"),
                Key.whole("batch", 128, 1, 65536, "images"),
                Key.word("precision", "bf16", List.of("fp32", "bf16"), ""))));
  }

  private static Section choice(String name, Section.Part part, Term... terms) {
    return new Section(name, "", Section.Form.CHOICE, part, Optional.empty(), List.of(terms));
  }

  @Override
  public List<String> metrics() {
    return List.of("test_accuracy", "val_accuracy", "val_loss");
  }

  @Override
  public List<String> tasks() {
    return List.of("regression", "classification");
  }

  @Override
  public String task(Map<String, Map<String, Object>> settings) {
    return "mlp".equals(settings.get("model").get("name")) ? "regression" : "classification";
  }

  @Override
  public List<String> objections(Map<String, Map<String, Object>> settings) {
    return (Long) settings.get("training").get("epochs") > 500
        ? List.of("nobody waits for 500 epochs")
        : List.of();
  }
}
