/**
 * The layer cache: which layer came out of a build step, so that no agent runs that step again. Its rooms are the packages
 * below; here are the settings and the scopes, which all of them need.
 *
 * <p>Entries come in two ways: an agent commits what it ran ({@code commits}), or an image is pushed whose history can be
 * replayed ({@code derivation}). They are asked for in {@code lookup}.
 */
@NullMarked
package dev.strata.cache;

import org.jspecify.annotations.NullMarked;
