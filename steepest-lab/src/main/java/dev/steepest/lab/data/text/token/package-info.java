/** Tokens on disk and in memory: shards, headerless files, and a corpus as one long sequence. */
package dev.steepest.lab.data.text.token;
