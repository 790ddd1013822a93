package dev.steepest.study.track;

import java.time.Duration;
import java.util.Optional;

/** What an MLflow server answered instead of doing what it was asked. */
abstract sealed class MlflowException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private MlflowException(String message) {
    super(message);
  }

  /** It may do so later: it is down, busy, or the way to it is broken. */
  static final class Away extends MlflowException {
    private static final long serialVersionUID = 1;

    private final Optional<Duration> after;

    /**
     * @param after how long it asked to be left alone
     */
    Away(String message, Optional<Duration> after) {
      super(message);
      this.after = after;
    }

    Optional<Duration> after() {
      return after;
    }
  }

  /** It never will. */
  static final class Refused extends MlflowException {
    private static final long serialVersionUID = 1;

    private final String code;

    /**
     * @param code of MLflow, e.g. {@code RESOURCE_DOES_NOT_EXIST}; empty where it gave none
     */
    Refused(String message, String code) {
      super(message);
      this.code = code;
    }

    String code() {
      return code;
    }
  }
}
