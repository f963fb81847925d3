#pragma once
// What may stand after the name of each command. The only room that knows CLI11.

#include <functional>
#include <string>
#include <string_view>

#include "cli/call/arguments.hpp"
#include "cli/session/exit_code.hpp"
#include "cli/session/session.hpp"

namespace CLI {
class App;
}

namespace mapctl::cli {

using Run = std::function<Exit(const Session&)>;

/// Declares the arguments and options of a command, and returns what runs it
/// once they are parsed.
using Words = Run (*)(CLI::App&);

Run create_words(CLI::App& app);
Run put_words(CLI::App& app);
Run get_words(CLI::App& app);
Run del_words(CLI::App& app);
Run pop_words(CLI::App& app);
Run push_words(CLI::App& app);
Run peek_words(CLI::App& app);
Run next_words(CLI::App& app);
Run keys_words(CLI::App& app);
Run dump_words(CLI::App& app);
Run count_words(CLI::App& app);
Run list_words(CLI::App& app);
Run show_words(CLI::App& app);
Run freeze_words(CLI::App& app);
Run pin_words(CLI::App& app);
Run unpin_words(CLI::App& app);
Run filter_load_words(CLI::App& app);
Run filter_unload_words(CLI::App& app);
Run filter_status_words(CLI::App& app);
Run filter_test_words(CLI::App& app);
Run version_words(CLI::App& app);
Run events_words(CLI::App& app);
Run batch_words(CLI::App& app);
Run clear_words(CLI::App& app);
Run drain_words(CLI::App& app);
Run save_words(CLI::App& app);
Run restore_words(CLI::App& app);
Run load_words(CLI::App& app);
Run sync_words(CLI::App& app);
Run diff_words(CLI::App& app);
Run copy_words(CLI::App& app);

/// What runs a command whose words are arguments alone, without going through
/// the parser; nothing where their number does not fit. For lines of a batch.
using PlainWords = Run (*)(Arguments arguments);

Run plain_put(Arguments arguments);
Run plain_get(Arguments arguments);
Run plain_del(Arguments arguments);

/// Which options about types make sense: --btf where the command takes a type of
/// its own; --key-as, --value-as and --hex as well where it reads or prints entries.
enum class Types { none, named, yes };

/// A command as the user sees it.
struct Command {
  std::string_view name;
  std::string_view aliases;  ///< separated by spaces; not shown
  std::string_view arguments;
  std::string_view summary;
  Types types;
  Words words;
  PlainWords plain = nullptr;
};

struct Parsed {
  Run run{};  ///< empty where help was asked for
  Session session{};
  std::string help{};
};

/// Parses what stands beside the command's name; what no option says is as in
/// `defaults`. Throws Failed for a wrong call.
Parsed parse_words(const Command& command, const Arguments& words, const Session& defaults);

}  // namespace mapctl::cli
