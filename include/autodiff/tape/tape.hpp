// The tape, whole: its class, and the members that record, sweep and answer.
#pragma once

#include <autodiff/tape/recording.hpp>
#include <autodiff/tape/reverse.hpp>
#include <autodiff/tape/sweep.hpp>
#include <autodiff/tape/tape_class.hpp>
