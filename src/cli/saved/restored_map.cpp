#include "cli/saved/restored_map.hpp"

#include <fmt/format.h>

#include "cli/output/interrupt.hpp"
#include "cli/session/failure.hpp"
#include "cli/session/report.hpp"

namespace mapctl::cli {

namespace {

/// In a new map, an entry has no old content to keep.
Layout without_kept(Layout layout) {
  for (Member& member : layout.members) {
    if (member.role == Role::counter || member.role == Role::variable) member.role = Role::none;
    member.type = without_kept(std::move(member.type));
  }
  if (layout.element)
    layout.element = std::make_shared<const Layout>(without_kept(*layout.element));
  return layout;
}

/// If the map type accepts no BTF, the saved map had none either, so no note is needed.
Map say_untyped(CreatedMap created) {
  if (takes_btf(created.map.info().type) && !created.untyped_because.empty())
    note(fmt::format("the map has no types any more: {}", created.untyped_because));
  return std::move(created.map);
}

std::string called(const SavedMap& saved) {
  return saved.spec.name.empty() ? "the map" : saved.spec.name;
}

}  // namespace

NewMap::NewMap(const Source& source, const std::string& header) {
  reading([&] { return source.name(); }, [&] { header_ = read_header(header); });
}

void NewMap::make(std::optional<std::uint32_t> max_entries) {
  MapSpec spec = header_.map.spec;
  if (max_entries) spec.max_entries = *max_entries;
  std::optional<Map> model;
  if (holds_maps(spec.type)) {
    if (!header_.map.inner)
      throw BadInput(
          fmt::format("nothing says what the maps in {} are like, as it was empty when "
                      "it was saved",
                      called(header_.map)));
    model = create_map(header_.map.inner->spec, header_.map.inner->types()).map;
    spec.inner_map = model->fd();
  }
  const auto attempt = [&] { return fmt::format("restore {}", called(header_.map)); };
  Map map = say_untyped(attempting(attempt, [&] { return create_map(spec, header_.map.types()); }));
  Schema schema = header_.map.schema;
  schema.value = without_kept(std::move(schema.value));
  target_ = std::make_shared<Target>(
      Target{.map = std::move(map), .schema = std::move(schema), .is_new = true});
}

void NewMap::fill(Source& source, std::optional<std::uint32_t> max_entries, const Session& session,
                  FindObject find_map) {
  reading([&] { return source.name(); }, [&] { make(max_entries); });
  if (!holds_maps(header_.map.spec.type)) find_map = {};
  EntryInput input(*target_, source, header_.entries, std::move(find_map));
  EntryWriter writer(*target_, session, &input);
  writer.begin("restoring", header_.entries);
  EntryBlock block;
  while (const InputEntry* const entry = input.next()) {
    if (entry->erases)
      throw Failed(
          {"bad_input", Exit::bad_data,
           fmt::format("{}: a saved map has no entries to delete", input.place(entry->line))});
    append_bytes(block.keys, entry->key);
    append_bytes(block.values, entry->value);
    block.lines.push_back(static_cast<std::uint32_t>(entry->line));
    ++block.count;
    if (block.is_full()) write(block, writer);
  }
  write(block, writer);
  input.tell_rest();
  wrong_ = input.wrong();
  next_header_ = input.next_header();
}

void NewMap::write(EntryBlock& block, EntryWriter& writer) {
  writer.write(block);
  entries_ += block.count;
  block.clear();
  if (interrupted())
    throw Failed({"interrupted", Exit::interrupted,
                  fmt::format("interrupted after {} entries of {}: nothing was restored", entries_,
                              called(header_.map))});
}

void NewMap::freeze_if_saved_so() {
  if (header_.map.frozen) target_->map.freeze();
}

}  // namespace mapctl::cli
