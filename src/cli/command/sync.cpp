// sync: makes a map equal to a file by writing only the differences.

#include "cli/bulk/map_lock.hpp"
#include "cli/bulk/map_sync.hpp"
#include "cli/command/commands.hpp"
#include "cli/entry/selection.hpp"
#include "cli/feed/etcd.hpp"
#include "cli/follow/follow.hpp"
#include "cli/output/row.hpp"

namespace mapctl::cli {

namespace {

struct SyncOptions {
  std::string map;
  SyncPlan plan;
  std::vector<std::string> where{};
  std::string max_delete{};  ///< N or P%
  bool dry_run = false;
  std::optional<std::uint32_t> patience = usual_patience;  ///< milliseconds
  bool follows = false;
  FollowOptions follow{};
};

SyncPlan plan_of(const SyncOptions& options) {
  SyncPlan plan = options.plan;
  if (plan.input.file.empty() && plan.input.command.empty())
    throw usage_error("sync: what to read is missing",
                      {"name it: --from FILE, a directory, or etcd://HOST/PREFIX",
                       "or the command that prints it: --exec COMMAND"});
  plan.max_delete = delete_limit(options.max_delete);
  if (options.follows && options.dry_run)
    throw usage_error("--dry-run shows one difference, and --follow goes on",
                      {"leave one of them out"});
  const InputOptions& input = plan.input;
  const bool is_file = input.command.empty() && input.file != "-" && !is_etcd_uri(input.file);
  if (options.follows && (input.ttl || (!is_file && (input.value || input.format))))
    throw usage_error(
        "with --follow, --ttl is not possible, and --value and --format only for files",
        {"leave them out"});
  if (!options.follows && options.follow != FollowOptions{})
    throw usage_error(
        "--min-entries, --alive, --again, --state, --status and --metrics are about --follow",
        {"add --follow"});
  if (plan.prune || !plan.max_delete) return plan;
  throw usage_error(
      "--max-delete says how many entries --prune may delete, and there is no --prune",
      {"add --prune, or leave --max-delete out"});
}

void print_report(const Session& session, const Differences& differences, const Written& written) {
  Results results(session, Document::record,
                  {{"added"}, {"changed"}, {"deleted"}, {"unchanged"}, {"extra"}, {"modified"}});
  Row(*results)
      .begin()
      .integer("added", differences.added.size())
      .integer("changed", differences.changed.size())
      .integer("deleted", written.deleted)
      .integer("unchanged", differences.unchanged)
      .integer("extra", differences.extra - written.deleted - written.absent)
      .boolean("modified", written.put + written.deleted > 0)
      .end();
  results.finish();
}

Exit sync(const SyncOptions& options, const Session& given) {
  const Session session = given.within(options.where);
  const SyncPlan plan = plan_of(options);
  const auto target = open_to_write(options.map, Operation::update, options.dry_run, session);
  if (options.follows) return follow(*target, plan, options.follow, session);
  MapSync sync(*target, plan, session);
  if (!sync.read()) return Exit::bad_data;
  if (options.dry_run) {
    sync.compare_and_print();
    return Exit::done;
  }
  const std::vector<Fd> locks = lock_map(*target, *options.patience);
  sync.compare();
  if (!sync.write()) return Exit::interrupted;
  print_report(session, sync.differences(), sync.written());
  sync.note_evictions();
  return Exit::done;
}

constexpr Option sync_options[] = {
    map_operand<&SyncOptions::map>(),
    input_file<&SyncOptions::plan, &SyncPlan::input>(
        "what to read: a file, a directory, - for standard input, etcd://HOST[,HOST]/PREFIX"),
    option<&SyncOptions::plan, &SyncPlan::input, &InputOptions::command>(
        "--exec", ValueKind::text, "read what this shell command prints, from begin to end")
        .excludes("--file"),
    input_format<&SyncOptions::plan, &SyncPlan::input>(),
    input_value<&SyncOptions::plan, &SyncPlan::input>(),
    time_to_live<&SyncOptions::plan, &SyncPlan::input, &InputOptions::ttl>(),
    flag<&SyncOptions::plan, &SyncPlan::prune>("--prune",
                                               "delete entries that are not in the file"),
    max_delete<&SyncOptions::max_delete>(),
    part_where<&SyncOptions::where>(),
    flag<&SyncOptions::plan, &SyncPlan::counters>(
        "--counters", "compare and write fields that are counters, too"),
    option<&SyncOptions::plan, &SyncPlan::must_pass>(
        "--must-pass", ValueKind::packet,
        "write nothing after which the filter would drop it: 'tcp 192.0.2.10 > 10.0.0.1:22'"),
    dry_run<&SyncOptions::dry_run>(),
    flag<&SyncOptions::follows>("--follow",
                                "go on: keep the map equal, whatever happens to the source"),
    number<&SyncOptions::follow, &FollowOptions::guards, &FollowGuards::min_entries>(
        "--min-entries", "follow: hold a state of the source with fewer entries (default: 1)"),
    duration<&SyncOptions::follow, &FollowOptions::times, &FollowTimes::alive>(
        "--alive", "follow: how long etcd may take to answer (default: 2s)")
        .from(100),
    duration<&SyncOptions::follow, &FollowOptions::times, &FollowTimes::again>(
        "--again", "follow: compare everything again after that time (default: 10m)")
        .from(1000),
    option<&SyncOptions::follow, &FollowOptions::state>(
        "--state", ValueKind::file,
        "follow: keep what is in force in this file, and begin with it"),
    option<&SyncOptions::follow, &FollowOptions::status>(
        "--status", ValueKind::file, "follow: tell in this file how it goes, as JSON"),
    option<&SyncOptions::follow, &FollowOptions::metrics>(
        "--metrics", ValueKind::file, "follow: write metrics for Prometheus into this file"),
    lock_timeout<&SyncOptions::patience>(),
};

}  // namespace

const Command sync_command("sync", "make a map equal to a file, a directory or a store", Types::all,
                           action_of<sync>, sync_options,
                           "sync blocklist -f drop.txt --value drop --prune --max-delete 50%\n"
                           "sync blocklist -f rules.txt --prune --dry-run\n"
                           "sync filter_map --from etcd://10.0.0.1/mapctl/edge --prune --follow",
                           {.usage = "MAP --from SOURCE"});

}  // namespace mapctl::cli
