/**
 * What the command line shows to a registry, and where it comes from: docker's configuration and its credential helpers, and
 * what the environment offers.
 */
@NullMarked
package dev.strata.agent.login;

import org.jspecify.annotations.NullMarked;
