package dev.steepest.lab.weights;

/** What is wrong with a file's content, in words; {@link WeightFile} names the file. */
final class Malformed extends Exception {
  private static final long serialVersionUID = 1;

  /** What the reader of the message can do. */
  static final String SAVE_AGAIN =
      "Save it anew in Python: torch.save(model.state_dict(), file), or as safetensors";

  private final String remedy;

  Malformed(String reason) {
    this(reason, SAVE_AGAIN);
  }

  Malformed(String reason, String remedy) {
    super(reason);
    this.remedy = remedy;
  }

  String remedy() {
    return remedy;
  }
}
