@NullMarked
package dev.strata.upkeep.commands;

import org.jspecify.annotations.NullMarked;
