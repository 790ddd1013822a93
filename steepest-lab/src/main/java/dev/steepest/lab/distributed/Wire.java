package dev.steepest.lab.distributed;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;

/** A connection between two members that carries beats, and words at its end. */
final class Wire {
  /** What is said over a wire. */
  enum Word {
    BEAT,
    /** The end, in good order. */
    BYE,
    /** This process fails; a text says why. */
    FAILS,
    /** Another process is lost; a text says which and how. */
    LOST
  }

  /** Hears what the other end says, in a thread of the wire. */
  interface Listener {
    /**
     * @param text empty for beats and byes
     */
    void heard(Wire wire, Word word, String text);

    /** The other end is gone without a word. */
    void broken(Wire wire);
  }

  /** In characters: {@code writeUTF} takes 65,535 bytes, and no character needs more than three. */
  private static final int LONGEST = 65_535 / 3;

  private final Socket socket;
  private final Member other;
  private final DataInputStream in;
  private final DataOutputStream out;
  private volatile long heard = System.nanoTime();
  private volatile boolean over;

  /**
   * @param other who is at the other end
   */
  Wire(Socket socket, Member other) throws IOException {
    this.socket = socket;
    this.other = other;
    socket.setTcpNoDelay(true);
    in = new DataInputStream(socket.getInputStream());
    out = new DataOutputStream(socket.getOutputStream());
  }

  /**
   * Where the others reach this machine: where they are reached from it. An address that leads
   * nowhere else is right only if all are here.
   */
  static String address(List<Wire> wires) {
    List<InetAddress> local = wires.stream().map(wire -> wire.socket.getLocalAddress()).toList();
    return local.stream()
        .filter(address -> !address.isLoopbackAddress())
        .findFirst()
        .orElse(local.getFirst())
        .getHostAddress();
  }

  Member other() {
    return other;
  }

  /** Since when nothing was heard; nothing more is expected once it is over. */
  Duration silence() {
    return over ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - heard);
  }

  void listen(Listener listener) {
    Thread.ofPlatform()
        .daemon()
        .name("heartbeat of rank " + other.rank())
        .start(() -> read(listener));
  }

  /** Reads to the end even when nothing is expected: what is unread would break the other end. */
  private void read(Listener listener) {
    try (socket) {
      while (true) {
        Word word = Word.values()[in.readByte()];
        String text = word == Word.FAILS || word == Word.LOST ? in.readUTF() : "";
        heard = System.nanoTime();
        if (!over) {
          over = word != Word.BEAT;
          listener.heard(this, word, text);
        }
      }
    } catch (IOException | ArrayIndexOutOfBoundsException _) {
      if (!over) {
        over = true;
        listener.broken(this);
      }
    }
  }

  /** Says a word; what cannot be said any more is left unsaid, for the silence will be noticed. */
  void say(Word word, String text) {
    synchronized (out) {
      try {
        out.writeByte(word.ordinal());
        if (word == Word.FAILS || word == Word.LOST) {
          out.writeUTF(text.substring(0, Math.min(text.length(), LONGEST)));
        }
        out.flush();
      } catch (IOException _) {
        // The reader finds the connection broken too.
      }
    }
  }

  /** Says a last word and expects nothing more. */
  void leave(Word word, String text) {
    over = true;
    say(word, text);
    try {
      socket.shutdownOutput();
    } catch (IOException _) {
      // It is broken already.
    }
  }
}
