/** How HTTP reaches the program: Tomcat's connector, its buffers and threads, and what it answers by itself. */
@NullMarked
package dev.strata.web.connector;

import org.jspecify.annotations.NullMarked;
