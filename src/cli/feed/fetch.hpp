#pragma once
// Entries that are not in a file, fetched whole into an unnamed file of JSON lines.

#include <string>
#include <vector>

#include "mapctl/fd.hpp"

namespace mapctl::cli {

/// The files that a path names: itself, or, if it is a directory, its files in the order of their
/// names, without those that begin with a dot or end with ~.
std::vector<std::string> files_of(const std::string& path);

/// The entries of etcd at one revision. Throws Failed (Exit::remote) unless they are all there.
Fd fetch_etcd(const std::string& uri);

/// The first whole snapshot that a command of the shell prints: {"op":"begin"}, the entries as JSON
/// lines, {"op":"end","entries":N}. Throws Failed (Exit::remote) if it ends before, or if there is
/// another number.
Fd fetch_output(const std::string& command);

}  // namespace mapctl::cli
