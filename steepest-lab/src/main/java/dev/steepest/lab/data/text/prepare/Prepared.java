package dev.steepest.lab.data.text.prepare;

import java.nio.file.Path;

/**
 * What a preparation came to.
 *
 * @param folder that holds the shards
 * @param documents that begin in them
 * @param validationShards number of shards for validation
 * @param validationTokens in them
 * @param trainShards number of shards for training
 * @param trainTokens in them
 * @param kept shards that were there already
 */
public record Prepared(
    Path folder,
    long documents,
    int validationShards,
    long validationTokens,
    int trainShards,
    long trainTokens,
    int kept) {

  static Prepared of(PreparationPlan plan, Ledger ledger, int kept) {
    long documents = 0;
    int[] shards = new int[2];
    long[] tokens = new long[2];
    for (Ledger.Entry entry : ledger.shards()) {
      int part = entry.file().startsWith(plan.name() + "_val_") ? 0 : 1;
      documents += entry.documents();
      shards[part]++;
      tokens[part] += entry.tokens();
    }
    return new Prepared(plan.folder(), documents, shards[0], tokens[0], shards[1], tokens[1], kept);
  }
}
