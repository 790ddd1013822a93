/**
 * Shows records and a verdict: text, CSV, JSON, PNG and one HTML page that needs no network. Reads
 * what others measured and starts no run.
 */
package dev.steepest.study.report;
