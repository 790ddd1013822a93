/** Small pictures drawn from numbers alone; the same bytes on every machine. */
package dev.steepest.lab.data.drawing;
