/** All content is read again now and then, and rows are compared with files. What is damaged is set aside and reported. */
@NullMarked
package dev.strata.upkeep.scrub;

import org.jspecify.annotations.NullMarked;
