/** Documents one by one from text, JSON lines and Parquet; memory is bounded by one of them. */
package dev.steepest.lab.data.text.document;
