/** Whether layers are what was said of them: they are decompressed, at their commit or in the background. */
@NullMarked
package dev.strata.cache.verification;

import org.jspecify.annotations.NullMarked;
