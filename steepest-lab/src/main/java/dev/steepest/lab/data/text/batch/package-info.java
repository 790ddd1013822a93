/** The order in which a corpus is trained on and evaluated: blocks of tokens as batches. */
package dev.steepest.lab.data.text.batch;
