@NullMarked
package dev.strata.agent.login;

import org.jspecify.annotations.NullMarked;
