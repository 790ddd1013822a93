package dev.steepest.cli;

import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * Where commands write: results to {@code out}, everything else to {@code err}.
 *
 * <p>A line that rewrites itself is shown only on a terminal; redirected output holds plain lines
 * without control characters. {@code NO_COLOR} is honoured.
 */
final class Console {
  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean terminal;
  private final boolean styled;
  private int transientLength;

  private Console(PrintWriter out, PrintWriter err, boolean terminal, boolean styled) {
    this.out = out;
    this.err = err;
    this.terminal = terminal;
    this.styled = styled;
  }

  static Console standard() {
    boolean terminal = System.console() != null && System.console().isTerminal();
    boolean colour = terminal && System.getenv("NO_COLOR") == null;
    return new Console(writer(System.out), writer(System.err), terminal, colour);
  }

  /** A console that writes to the given writers, as redirected output would be. */
  static Console plain(PrintWriter out, PrintWriter err) {
    return new Console(out, err, false, false);
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
  }

  PrintWriter out() {
    return out;
  }

  PrintWriter err() {
    return err;
  }

  boolean terminal() {
    return terminal;
  }

  boolean styled() {
    return styled;
  }

  /** A line of the result. */
  synchronized void say(String line) {
    clearTransient();
    out.println(line);
    out.flush();
  }

  /** A line about what goes on. */
  synchronized void note(String line) {
    clearTransient();
    err.println(line);
    err.flush();
  }

  /** Shows a line that the next one replaces; nothing where output is redirected. */
  synchronized void show(String line) {
    if (!terminal) {
      return;
    }
    String text = line.length() > 119 ? line.substring(0, 119) : line;
    err.print("\r" + text + " ".repeat(Math.max(0, transientLength - text.length())));
    err.flush();
    transientLength = text.length();
  }

  private void clearTransient() {
    if (transientLength > 0) {
      err.print("\r" + " ".repeat(transientLength) + "\r");
      err.flush();
      transientLength = 0;
    }
  }
}
