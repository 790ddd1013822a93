/** Where data sets come from: by name, from official files or generated. */
package dev.steepest.lab.data.source;
