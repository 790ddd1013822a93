/** Text to tokens and back: GPT-2's pairs of bytes, plain bytes, and any {@code tokenizer.json}. */
package dev.steepest.lab.data.text.tokenizer;
