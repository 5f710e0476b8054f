/** Which files a layer has: their tables of contents, and what paths mean in a stack of layers. */
@NullMarked
package dev.strata.cache.layerfiles;

import org.jspecify.annotations.NullMarked;
