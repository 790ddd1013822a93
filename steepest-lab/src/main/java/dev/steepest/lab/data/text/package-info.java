/**
 * Text as data of language models: tokenizers, documents, token files, corpora and their batches.
 *
 * <p>{@link dev.steepest.lab.data.text.TokenSets#load} is where a run gets its training, validation
 * and test tokens from. Sub-packages: {@code tokenizer}, {@code document} (readers), {@code token}
 * (files and memory), {@code batch} (their order); none of them imports this package.
 */
package dev.steepest.lab.data.text;
