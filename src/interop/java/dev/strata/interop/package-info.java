/**
 * Strata against the clients that people use: each pushes, pulls and runs real images.
 *
 * <p>The tests are run by {@code .ci/with-engines mvn -Pinterop verify}, which starts the engines and names the files that
 * they need in its environment.
 */
@NullMarked
package dev.strata.interop;

import org.jspecify.annotations.NullMarked;
