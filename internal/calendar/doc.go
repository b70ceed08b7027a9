// Package calendar holds the times that a marketer writes (a pause, a moment, a
// window, a schedule) and what they mean in a zone. It reads no clock: every
// function is given its instant.
//
// Two rules hold wherever a local time is turned into an instant:
//
//   - A local time that does not exist, because clocks jump over it in spring,
//     is the first instant after the jump.
//   - A local time that comes twice, because clocks go back in autumn, is the
//     first of the two.
//
// The zone data is embedded, so that a Lambda, a laptop and a test agree.
package calendar

import _ "time/tzdata" // the same zones everywhere, also where the machine has none
