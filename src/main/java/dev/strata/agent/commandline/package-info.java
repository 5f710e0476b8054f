/** The commands build, plan, explain, login and access, and their options. */
@NullMarked
package dev.strata.agent.commandline;

import org.jspecify.annotations.NullMarked;
