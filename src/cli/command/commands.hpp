#pragma once
// Every command, each declared in the file of its name.

#include "cli/options/command.hpp"

namespace mapctl::cli {

extern const Command create_command;
extern const Command put_command;
extern const Command get_command;
extern const Command del_command;
extern const Command pop_command;
extern const Command push_command;
extern const Command peek_command;
extern const Command next_command;
extern const Command keys_command;
extern const Command dump_command;
extern const Command count_command;
extern const Command clear_command;
extern const Command drain_command;
extern const Command save_command;
extern const Command restore_command;
extern const Command load_command;
extern const Command sync_command;
extern const Command diff_command;
extern const Command copy_command;
extern const Command list_command;
extern const Command show_command;
extern const Command freeze_command;
extern const Command pin_command;
extern const Command unpin_command;
extern const Command filter_load_command;
extern const Command filter_unload_command;
extern const Command filter_status_command;
extern const Command filter_test_command;
extern const Command events_command;
extern const Command batch_command;
extern const Command version_command;

}  // namespace mapctl::cli
