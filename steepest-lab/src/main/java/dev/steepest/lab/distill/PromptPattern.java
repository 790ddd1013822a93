package dev.steepest.lab.distill;

import dev.steepest.lab.model.Check;

/**
 * A prompt made from another one.
 *
 * @param text in which {@code {prompt}} stands for the other prompt and {@code {subject}} for what
 *     it says before its first comma, e.g. {@code "{subject}, degraded"}; other text stays
 */
public record PromptPattern(String text) {
  private static final String PROMPT = "{prompt}";
  private static final String SUBJECT = "{subject}";

  public PromptPattern {
    String rest = text.replace(PROMPT, "").replace(SUBJECT, "");
    Check.that(
        rest.indexOf('{') < 0 && rest.indexOf('}') < 0,
        "The prompt '%s' has braces around another word than {prompt} or {subject}: "
                .formatted(text)
            + "write one of these, or no braces.");
  }

  /** The prompt that is made from another one. */
  public String of(String prompt) {
    int comma = prompt.indexOf(',');
    String subject = comma < 0 ? prompt : prompt.substring(0, comma);
    // In one pass over the text: a prompt that holds these words in braces stays as it is.
    var made = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      if (text.startsWith(PROMPT, at)) {
        made.append(prompt);
        at += PROMPT.length();
      } else if (text.startsWith(SUBJECT, at)) {
        made.append(subject.strip());
        at += SUBJECT.length();
      } else {
        made.append(text.charAt(at++));
      }
    }
    return made.toString();
  }
}
