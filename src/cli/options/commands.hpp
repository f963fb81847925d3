#pragma once
// Every command: its options, as the words fill them in, and its function,
// which returns the exit code or throws.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/session/exit_code.hpp"
#include "cli/session/session.hpp"
#include "mapctl/map.hpp"

namespace mapctl::cli {

struct CreateOptions {
  std::string path;
  std::string type;
  std::string key;
  std::string value;
  std::optional<std::uint32_t> max_entries{};
  std::optional<std::uint32_t> numa_node{};
  std::optional<std::uint32_t> hashes{};
  std::string name;
  std::string flags;
  std::string inner;
  std::string mode;
  std::string group;
  bool exist_ok = false;
};
Exit create(const CreateOptions& options, const Session& session);

struct PutOptions {
  std::string map;
  std::string key;
  std::string value;
  Update update = Update::any;
  Locking locking = Locking::none;
  bool reset = false;  ///< counters start at 0 again
  std::optional<unsigned> cpu{};
  std::function<void()> before_writing{};  ///< for commands that do this among other things
};
Exit put(const PutOptions& options, const Session& session);

struct GetOptions {
  std::string map;
  std::vector<std::string> keys;
  bool match = false;  ///< LPM trie: the entry that wins, not the exact one
  Locking locking = Locking::none;
  std::optional<unsigned> cpu{};
  bool sum = false;  ///< per-CPU values added up
};
Exit get(const GetOptions& options, const Session& session);

/// The formats that entries are read in.
enum class InputFormat { plain, jsonl, json, csv };

/// Where entries come from, for the commands that take many.
struct InputOptions {
  std::string file;                     ///< - for standard input
  std::optional<InputFormat> format{};  ///< nothing: told by its content
  std::optional<std::string> value{};   ///< of every entry; the file has keys alone
};

struct DelOptions {
  std::string map;
  std::vector<std::string> keys;  ///< or a file of them
  InputOptions input{};
  bool missing_ok = false;
  bool dry_run = false;
};
Exit del(const DelOptions& options, const Session& session);

struct PopOptions {
  std::string map;
  std::optional<std::string> key{};  ///< none for queue and stack
  std::optional<std::uint32_t> count{};
};
Exit pop(const PopOptions& options, const Session& session);

struct PushOptions {
  std::string map;
  std::vector<std::string> values;
  bool force = false;  ///< make room by dropping the oldest
};
Exit push(const PushOptions& options, const Session& session);

struct MapOptions {
  std::string map;
};
Exit peek(const MapOptions& options, const Session& session);
Exit count(const MapOptions& options, const Session& session);
Exit show(const MapOptions& options, const Session& session);
Exit freeze(const MapOptions& options, const Session& session);

/// Which entries to print, and in which order.
struct Selection {
  std::vector<std::string> where{};  ///< expressions that all have to hold
  std::string sort{};                ///< a field, with a dash in front for the largest first
  std::optional<std::uint32_t> limit{};

  bool is_everything() const { return where.empty() && sort.empty() && !limit; }
};

struct DumpOptions {
  std::string map;
  Selection selection{};
  bool stats = false;      ///< tell how consistent it was
  bool sum = false;        ///< per-CPU values added up
  bool recursive = false;  ///< of the maps in a map of maps
};
Exit dump(const DumpOptions& options, const Session& session);

struct KeysOptions {
  std::string map;
  bool stats = false;
};
Exit keys(const KeysOptions& options, const Session& session);

struct NextOptions {
  std::string map;
  std::optional<std::string> key{};
};
Exit next(const NextOptions& options, const Session& session);

struct ListOptions {
  std::string pattern{};
  std::string type{};
  bool pinned = false;  ///< only maps with a pin
  bool pids = false;    ///< which processes have them open, too
};
Exit list(const ListOptions& options, const Session& session);

struct PinOptions {
  std::string map;
  std::string path;
};
Exit pin(const PinOptions& options, const Session& session);

struct UnpinOptions {
  std::string path;
};
Exit unpin(const UnpinOptions& options, const Session& session);

struct FilterLoadArguments {
  std::vector<std::string> interfaces;
  std::string name = "filter";
  std::string mode = "auto";
  std::uint32_t max_entries = 0;
  InputOptions rules{};                    ///< without a file, the rules stay as they are
  std::string default_action{};            ///< drop or pass; nothing: as it is
  std::optional<std::uint32_t> confirm{};  ///< milliseconds
  bool replace = false;                    ///< take the place of a foreign program
  bool destinations = false;               ///< look at rules by destination
};
Exit filter_load(const FilterLoadArguments& options, const Session& session);

struct FilterUnloadArguments {
  std::vector<std::string> interfaces;
  bool all = false;
  std::string name = "filter";
  bool purge = false;
};
Exit filter_unload(const FilterUnloadArguments& options, const Session& session);

struct FilterStatusArguments {
  std::string name = "filter";
  std::optional<std::uint32_t> interval = 200;  ///< milliseconds between the two looks for rates
};
Exit filter_status(const FilterStatusArguments& options, const Session& session);

struct FilterTestArguments {
  std::vector<std::string> packets;  ///< descriptions, and files of captured ones
  std::string file{};                ///< a capture
  std::string name = "filter";
  std::string expect{};  ///< the verdict that all should get
  bool summary = false;
};
Exit filter_test(const FilterTestArguments& options, const Session& session);

struct EventsOptions {
  std::string map;
  std::string as;  ///< type of the events; empty: bytes
  std::optional<std::uint32_t> count{};
  std::optional<std::uint32_t> timeout{};  ///< milliseconds
};
Exit events(const EventsOptions& options, const Session& session);

struct ClearOptions {
  std::string map;
  bool dry_run = false;
};
Exit clear(const ClearOptions& options, const Session& session);

struct DrainOptions {
  std::string map;
};
Exit drain(const DrainOptions& options, const Session& session);

struct SaveOptions {
  std::vector<std::string> maps;  ///< with all: the directory to save into, or nothing
  bool all = false;
  std::string file{};
  bool counters = false;  ///< save fields that are tagged as counters, too
  bool stats = false;
};
Exit save(const SaveOptions& options, const Session& session);

struct RestoreOptions {
  std::optional<std::string> path{};  ///< where to pin it; nothing: where it was
  std::string file;
  std::optional<std::uint32_t> max_entries{};
  bool replace = false;
  bool dry_run = false;
};
Exit restore(const RestoreOptions& options, const Session& session);

struct LoadOptions {
  std::string map;
  InputOptions input;
  bool go_on = false;  ///< pass over lines that are wrong
  bool dry_run = false;
};
Exit load(const LoadOptions& options, const Session& session);

struct SyncOptions {
  std::string map;
  InputOptions input;
  bool prune = false;        ///< delete what is not in the file
  std::string max_delete{};  ///< N or P%
  bool counters = false;     ///< compare and write them, too
  bool dry_run = false;
  // For commands that do this among other things:
  std::vector<std::pair<std::string, std::string>> fixed{};  ///< go before those of the file
  std::function<void()> before_writing{};
  bool is_read = true;  ///< by programs, which the order of writing is for
  bool reports = true;
};
Exit sync(const SyncOptions& options, const Session& session);

struct DiffOptions {
  std::string map;
  InputOptions input;  ///< a file, or another map
  bool counters = false;
};
Exit diff(const DiffOptions& options, const Session& session);

struct CopyOptions {
  std::string source;
  std::string destination;
  std::optional<std::uint32_t> max_entries{};
  bool dry_run = false;
};
Exit copy(const CopyOptions& options, const Session& session);

struct BatchOptions {
  std::string file;
  bool go_on = false;    ///< run the other lines where one fails
  bool dry_run = false;  ///< only check them
};
Exit batch(const BatchOptions& options, const Session& session);

}  // namespace mapctl::cli
