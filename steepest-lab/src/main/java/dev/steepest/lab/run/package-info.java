/** Executes one run: from its spec to its record. */
package dev.steepest.lab.run;
