#pragma once
// Every command: its options, as the words fill them in, and its function,
// which returns the exit code or throws.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "exit_code.hpp"
#include "mapctl/map.hpp"
#include "session.hpp"

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

struct DelOptions {
  std::string map;
  std::vector<std::string> keys;
  bool missing_ok = false;
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
Exit keys(const MapOptions& options, const Session& session);
Exit count(const MapOptions& options, const Session& session);
Exit show(const MapOptions& options, const Session& session);
Exit freeze(const MapOptions& options, const Session& session);

struct DumpOptions {
  std::string map;
  bool sum = false;        ///< per-CPU values added up
  bool recursive = false;  ///< of the maps in a map of maps
};
Exit dump(const DumpOptions& options, const Session& session);

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
  std::string mode = "auto";
  std::uint32_t max_entries = 0;
};
Exit filter_load(const FilterLoadArguments& options, const Session& session);

struct FilterUnloadArguments {
  std::vector<std::string> interfaces;
  bool purge = false;
};
Exit filter_unload(const FilterUnloadArguments& options, const Session& session);

Exit filter_status(const Session& session);

struct EventsOptions {
  std::string map;
  std::string as;  ///< type of the events; empty: bytes
  std::optional<std::uint32_t> count{};
  std::optional<std::uint32_t> timeout{};  ///< milliseconds
};
Exit events(const EventsOptions& options, const Session& session);

struct BatchOptions {
  std::string file;
  bool go_on = false;    ///< run the other lines where one fails
  bool dry_run = false;  ///< only check them
};
Exit batch(const BatchOptions& options, const Session& session);

}  // namespace mapctl::cli
