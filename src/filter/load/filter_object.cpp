#include "filter/load/filter_object.hpp"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <fmt/format.h>

#include <algorithm>

#include "filter.h"
#include "filter.skel.h"
#include "filter/load/takeover.hpp"
#include "filter/objects/pins.hpp"
#include "map/error/kernel_error.hpp"
#include "map/error/libbpf_log.hpp"
#include "map/fd_info.hpp"
#include "map/libbpf_options.hpp"
#include "map/pin_open.hpp"
#include "mapctl/pin.hpp"
#include "text/btf/layout_btf.hpp"

namespace mapctl {

namespace {

namespace fs = std::filesystem;

const char* const load_attempt = "load the filter's program";

/// Finds what is wrong with a pinned map that the program is to share.
std::string mismatch(const MapInfo& pinned, const bpf_map* wanted) {
  if (static_cast<bpf_map_type>(pinned.type) != bpf_map__type(wanted))
    return fmt::format("it is of type {}", type_name(pinned.type));
  if (pinned.key_size != bpf_map__key_size(wanted))
    return fmt::format("its keys are {} bytes, not {}", pinned.key_size, bpf_map__key_size(wanted));
  if (pinned.value_size != bpf_map__value_size(wanted))
    return fmt::format("its values are {} bytes, not {}", pinned.value_size,
                       bpf_map__value_size(wanted));
  if (pinned.flags != bpf_map__map_flags(wanted))
    return fmt::format("its flags are {:#x}, not {:#x}", pinned.flags, bpf_map__map_flags(wanted));
  return {};
}

void check_size(const MapInfo& pinned, std::optional<std::uint32_t> wanted,
                const std::string& attempt) {
  if (!wanted || *wanted == pinned.max_entries) return;
  throw kernel_error(
      Operation::create, 0, attempt,
      {.cause = Cause::invalid,
       .reason = fmt::format("it holds at most {} rules, not {}", pinned.max_entries, *wanted),
       .why = "a map keeps the size that it was made with",
       .fix = {"keep it: load the filter without naming a size",
               {"lose its rules, then load it again", Remedy::purge_filter}}});
}

/// Gives a map the kernel name of its pin: libbpf uses the name in the program, which is the same
/// for several filters. If the kernel does not accept the program's BTF unchanged (decl tags: Linux
/// 5.16), libbpf may still give them all the same name.
void make_with_name(bpf_map* map, const bpf_object* object, const std::string& name) {
  const LibbpfLog quiet;
  std::uint32_t size = 0;
  const void* const data = btf__raw_data(bpf_object__btf(object), &size);
  const BtfHandle types{btf__new(data, size)};
  if (!types || btf__load_into_kernel(types.get()) != 0) return;
  auto options = libbpf_options<bpf_map_create_opts>();
  options.map_flags = bpf_map__map_flags(map);
  options.btf_fd = static_cast<std::uint32_t>(btf__fd(types.get()));
  options.btf_key_type_id = bpf_map__btf_key_type_id(map);
  options.btf_value_type_id = bpf_map__btf_value_type_id(map);
  const Fd made(bpf_map_create(bpf_map__type(map), name.substr(0, BPF_OBJ_NAME_LEN - 1).c_str(),
                               bpf_map__key_size(map), bpf_map__value_size(map),
                               bpf_map__max_entries(map), &options));
  if (made) bpf_map__reuse_fd(map, made.get());
}

std::optional<Map> open_pinned(const fs::path& pin, PinOwner owner) {
  if (!is_pinned(pin)) return std::nullopt;
  return Map::open(pin, Access::read_write, owner);
}

/// Makes the program use a map that is already pinned; returns whether there is one. A map of an
/// older version gives only its size to the new one.
bool use_map(const filter_bpf& skeleton, bpf_map* map, const fs::path& pin, PinOwner owner,
             std::optional<std::uint32_t> size = {}) {
  if (size) bpf_map__set_max_entries(map, *size);
  const std::optional<Map> pinned = open_pinned(pin, owner);
  const std::string attempt = fmt::format("use {} for the filter", pin.string());
  const bool has_older = pinned && is_older(pinned->info(), map);
  if (has_older && bpf_map__type(map) == BPF_MAP_TYPE_LPM_TRIE) {
    check_size(pinned->info(), size, attempt);
    bpf_map__set_max_entries(map, pinned->info().max_entries);
  }
  if (!pinned || has_older) {
    if (pin.filename() != bpf_map__name(map)) make_with_name(map, skeleton.obj, pin.filename());
    return false;
  }
  if (const std::string wrong = mismatch(pinned->info(), map); !wrong.empty())
    throw kernel_error(
        Operation::create, 0, attempt,
        {.cause = Cause::exists,
         .reason = fmt::format("another kind of map is pinned there: {}", wrong),
         .fix = {{"save what it holds, and remove it", Remedy::unpin, {pin.string()}}}});
  check_size(pinned->info(), size, attempt);
  if (const int result = bpf_map__reuse_fd(map, pinned->fd()); result != 0)
    throw kernel_error(Operation::create, -result, attempt);
  return true;
}

struct Loaded {
  FilterSkeleton skeleton;
  bool has_rules = false;  ///< true if rules were pinned before
  bool has_statistics = false;
};

Loaded load(const FilterLoadOptions& options, PacketBuffers buffers, TrieWalk walk) {
  Loaded loaded{open_skeleton(load_attempt)};
  filter_bpf& skeleton = *loaded.skeleton;
  if (buffers == PacketBuffers::several) {
    bpf_program__set_flags(skeleton.progs.mapctl_filter, BPF_F_XDP_HAS_FRAGS);
    skeleton.rodata->multi_buffer = true;
  }
  skeleton.rodata->use_destinations = options.destinations;
  skeleton.rodata->passes_replies = options.replies;
  skeleton.rodata->passes_established = options.established;
  set_walk(skeleton, walk);
  const FilterPins& pins = options.pins;
  loaded.has_rules =
      use_map(skeleton, skeleton.maps.filter_map, pins.rules(), pins.owner(), options.max_entries);
  loaded.has_statistics =
      use_map(skeleton, skeleton.maps.filter_stats, pins.statistics(), pins.owner());
  load_skeleton(skeleton, load_attempt);
  return loaded;
}

/// An error unrelated to the walk occurs again without the walk, and is reported then.
Loaded load_checked(const FilterLoadOptions& options, PacketBuffers buffers, TrieWalk walk) {
  if (walk != TrieWalk::off) try {
      if (Loaded loaded = load(options, buffers, walk); walk_agrees(*loaded.skeleton))
        return loaded;
    } catch (const Error&) {
    }
  return load(options, buffers, TrieWalk::off);
}

}  // namespace

/// Delegates, so that the destructor removes new pins also if a later one fails.
FilterObject::FilterObject(const FilterLoadOptions& options, PacketBuffers buffers, TrieWalk walk)
    : FilterObject() {
  Loaded loaded = load_checked(options, buffers, walk);
  skeleton_ = std::move(loaded.skeleton);
  const bpf_map* const rules = skeleton_->maps.filter_map;
  rules_ = Map::duplicate(bpf_map__fd(rules));
  const FilterPins& pins = options.pins;
  if (loaded.has_rules)
    add_pin(rules, pins.rules());
  else
    taken_over_ = make_pin(rules, pins.rules(), pins.owner());
  made_rules_ = !loaded.has_rules && !taken_over_;
  const bpf_map* const statistics = skeleton_->maps.filter_stats;
  if (loaded.has_statistics)
    add_pin(statistics, pins.statistics());
  else
    make_pin(statistics, pins.statistics(), pins.owner());
}

void FilterObject::add_pin(const bpf_map* map, const fs::path& pin) {
  pins_.push_back({pin, read_map_info(bpf_map__fd(map)).id});
}

std::optional<std::size_t> FilterObject::make_pin(const bpf_map* map, const fs::path& pin,
                                                  PinOwner owner) {
  add_pin(map, pin);
  Map made = Map::duplicate(bpf_map__fd(map));
  const std::optional<Map> pinned = open_pinned(pin, owner);
  if (pinned && is_older(pinned->info(), map)) {
    const std::size_t entries = take_over(*pinned, made);
    made_.push_back({pins_.back(), replace_pin(made, pin, owner), owner});
    return entries;
  }
  if (const int result = bpf_obj_pin(made.fd(), pin.c_str()); result != 0)
    throw kernel_error(Operation::pin, -result,
                       fmt::format("pin the filter's map at {}", pin.string()));
  made_.push_back({pins_.back(), std::nullopt, owner});
  return std::nullopt;
}

FilterObject::~FilterObject() {
  for (auto each = made_.rbegin(); each != made_.rend(); ++each) try {
      const fs::path& pin = each->pinned.pin;
      if (!is_still_pinned(each->pinned)) continue;
      each->older ? void(replace_pin(*each->older, pin, each->owner)) : unpin(pin);
    } catch (...) {  // the other pins are removed all the same
    }
}

int FilterObject::fd() const { return bpf_program__fd(skeleton_->progs.mapctl_filter); }

bool FilterObject::is_still_pinned(const Pinned& pinned) noexcept {
  try {
    return Map::open(pinned.pin, Access::read_only).info().id == pinned.map_id;
  } catch (...) {
    return false;
  }
}

bool FilterObject::maps_are_pinned() const {
  return std::ranges::all_of(pins_, &FilterObject::is_still_pinned);
}

}  // namespace mapctl
