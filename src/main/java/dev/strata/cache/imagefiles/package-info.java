/** Which files are in the layers of images, as people ask for them. */
@NullMarked
package dev.strata.cache.imagefiles;

import org.jspecify.annotations.NullMarked;
