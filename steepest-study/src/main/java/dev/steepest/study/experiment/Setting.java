package dev.steepest.study.experiment;

/**
 * A value that is laid over an experiment from outside its file.
 *
 * @param key dotted, e.g. {@code training.epochs}; empty where there was none
 * @param value in YAML
 * @param where it comes from, for messages: {@code file:line}, or the option that gave it
 */
public record Setting(String key, String value, String where) {

  /** What {@code --set} was given: {@code key=value}. */
  public static Setting option(String assignment) {
    String where = "--set " + assignment;
    int equals = assignment.indexOf('=');
    return equals < 1
        ? new Setting("", assignment, where)
        : new Setting(
            assignment.substring(0, equals).strip(), assignment.substring(equals + 1), where);
  }

  /** As {@code --set} takes it. */
  public String assignment() {
    return key + "=" + value;
  }
}
