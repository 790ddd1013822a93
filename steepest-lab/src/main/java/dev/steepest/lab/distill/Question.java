package dev.steepest.lab.distill;

/** What a model is asked about a noisy image x_t: which noise it sees, told this. */
enum Question {
  /** ε_∅: nothing. */
  NOTHING,
  /** ε_y: the image's prompt y. */
  PROMPT,
  /** ε_neg: the negative prompt. */
  NEGATIVE,
  /** ε_{y+src}: bridge's source. */
  SOURCE,
  /** ε_{y+tgt}: bridge's target. */
  TARGET,
  /** ε_φ: the image's prompt, asked of the model φ of the images themselves. */
  OWN
}
