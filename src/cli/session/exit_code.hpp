#pragma once
// What the exit status of the tool means. Scripts rely on these numbers.

namespace mapctl::cli {

enum class Exit {
  done = 0,
  no = 1,         ///< the answer is no: absent, empty, exists already
  usage = 2,      ///< a wrong call, or a text that does not fit
  not_found = 3,  ///< no such map, file or interface, or an ambiguous name
  permission = 4,
  full = 5,
  refused = 6,   ///< the kernel refuses: frozen, or the type cannot do that
  bad_data = 7,  ///< bad input data, nothing written
  internal = 9,
  partial = 10,  ///< partly applied
  interrupted = 130,
  reader_gone = 141,  ///< nobody reads the results: what dying of SIGPIPE looks like
};

}  // namespace mapctl::cli
