package dev.steepest.cli;

import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.Writer;
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
  private final Voice voice;
  private int transientLength;

  /** Whose console it is. */
  private enum Voice {
    LEADER,
    FOLLOWER
  }

  private Console(PrintWriter out, PrintWriter err, boolean terminal, boolean styled, Voice voice) {
    this.voice = voice;
    this.out = out;
    this.err = err;
    this.terminal = terminal;
    this.styled = styled;
  }

  static Console standard() {
    boolean terminal = System.console() != null && System.console().isTerminal();
    boolean colour = terminal && System.getenv("NO_COLOR") == null;
    return new Console(writer(System.out), writer(System.err), terminal, colour, Voice.LEADER);
  }

  /**
   * The console of a process that works with others and is not the one that talks: it says nothing
   * of results and nothing of mistakes, which all make alike.
   */
  static Console follower() {
    Console standard = standard();
    return new Console(
        new PrintWriter(Writer.nullWriter()), standard.err, false, false, Voice.FOLLOWER);
  }

  /** One that says nothing. */
  static Console silent() {
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    return new Console(nowhere, nowhere, false, false, Voice.FOLLOWER);
  }

  /** A console that writes to the given writers, as redirected output would be. */
  static Console plain(PrintWriter out, PrintWriter err) {
    return new Console(out, err, false, false, Voice.LEADER);
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

  /** Says what is wrong with the input. */
  void mistake(String message) {
    if (voice == Voice.LEADER) {
      note(message);
    }
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
