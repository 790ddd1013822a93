package dev.steepest.lab.data.text.prepare;

import dev.steepest.lab.data.DataException;
import dev.steepest.lab.data.files.FolderLock;
import dev.steepest.lab.data.text.prepare.PreparationPlan.ShardRow;
import dev.steepest.lab.data.text.prepare.TokenStream.Place;
import dev.steepest.lab.data.text.token.ShardWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Turns text into speedrun shards. Memory is bounded by one document; documents go on from shard to
 * shard, so that every shard but the last is full. The bytes of a shard follow from the plan alone:
 * a preparation that was interrupted and resumed writes the same.
 */
public final class Preparation {

  private final PreparationPlan plan;
  private final PreparationProgress progress;
  private final long totalBytes;
  private Ledger ledger;
  private long tokens;
  private long bytesOfEarlierRows;

  private Preparation(PreparationPlan plan, PreparationProgress progress, Ledger ledger)
      throws IOException {
    this.plan = plan;
    this.progress = progress;
    this.ledger = ledger;
    this.totalBytes = bytes(plan.validationInputs()) + bytes(plan.inputs());
  }

  /**
   * Writes what is not there yet. Waits while another process prepares into the same folder.
   *
   * @throws DataException if an input cannot be read or holds no document, if nothing is left to
   *     train on, or if the folder holds other shards
   */
  public static Prepared run(PreparationPlan plan, PreparationProgress progress) {
    try (FolderLock _ = FolderLock.acquire(plan.folder())) {
      Ledger ledger = Ledger.open(plan, Ledger.making(plan));
      int kept = ledger.shards().size();
      progress.kept(kept);
      if (!ledger.complete()) {
        ledger = new Preparation(plan, progress, ledger).write();
      }
      return Prepared.of(plan, ledger, kept);
    } catch (IOException e) {
      throw new DataException(
          "Cannot prepare the text",
          List.of("%s: %s".formatted(plan.folder(), e)),
          "Repeat the command when the cause is mended: finished shards are kept.",
          e);
    }
  }

  private Ledger write() throws IOException {
    List<ShardRow> rows = plan.rows();
    for (int i = 0; i < rows.size(); i++) {
      ShardRow row = rows.get(i);
      writeRow(row, i);
      bytesOfEarlierRows += bytes(row.files());
    }
    requireTrainingShards();
    ledger = ledger.completed();
    ledger.write(plan);
    return ledger;
  }

  private void writeRow(ShardRow row, int number) throws IOException {
    List<Ledger.Entry> done =
        ledger.shards().stream().filter(entry -> entry.row() == number).toList();
    Place from = done.isEmpty() ? Place.START : done.getLast().then();
    try (TokenStream stream = new TokenStream(row.files(), plan.key(), plan.tokenizer(), from)) {
      int index = done.size();
      for (; stream.advance(); index++) {
        writeShard(stream, row, number, index);
      }
      if (index == 0) {
        throw new DataException(
            "Cannot prepare the text",
            row.files().stream().map(file -> file + ": holds no document").toList(),
            "A document is text with more than white space in it.");
      }
    }
  }

  private void writeShard(TokenStream stream, ShardRow row, int number, int index)
      throws IOException {
    Path shard = plan.shard(row, index);
    int capacity = plan.capacity(row, index);
    long before = stream.documents() - (stream.next() == 0 ? 1 : 0);
    try (ShardWriter writer = new ShardWriter(shard)) {
      do {
        int count = Math.min(capacity - writer.count(), stream.tokens().length - stream.next());
        writer.write(stream.tokens(), stream.next(), stream.next() + count);
        stream.take(count);
        tokens += count;
        progress.update(bytesOfEarlierRows + stream.bytesRead(), totalBytes, tokens);
      } while (writer.count() < capacity && stream.advance());
      // A document that the next shard begins with is counted there.
      long documents = stream.documents() - before;
      stream.advance();
      Place then = stream.place();
      int written = writer.count();
      writer.finish();
      ledger =
          ledger.with(
              new Ledger.Entry(shard.getFileName().toString(), written, documents, number, then));
      ledger.write(plan);
      progress.finished(shard, written);
    }
  }

  /** A text shorter than the validation shard leaves none; its shard is taken back. */
  private void requireTrainingShards() throws IOException {
    Prepared prepared = Prepared.of(plan, ledger, 0);
    if (prepared.trainShards() > 0) {
      return;
    }
    for (Ledger.Entry entry : ledger.shards()) {
      Files.deleteIfExists(plan.folder().resolve(entry.file()));
    }
    Files.deleteIfExists(Ledger.path(plan));
    throw new DataException(
        "Cannot prepare the text",
        List.of(
            "the text has %d tokens, which the validation shard of %d takes all"
                .formatted(prepared.validationTokens(), plan.validationTokens())),
        "Give less to validation, e.g. --val-tokens %d, or text of its own with --val-in."
            .formatted(Math.max(1, prepared.validationTokens() / 10)));
  }

  private static long bytes(List<Path> files) throws IOException {
    long bytes = 0;
    for (Path file : files) {
      bytes += Files.size(file);
    }
    return bytes;
  }
}
